"""Reports of suppliers in several languages, each with all that the rubric asks for."""

REPORTS = {
    "en": """D1 Team: quality, process, production
D2 Problem: hinge cracked, lots L-88 and L-89
D3 Containment: stock blocked on 2026-11-02, warehouse and transit sorted
1200 pcs checked, 1174 good, 26 defective (20 scrapped, 6 reworked).
First certified lot: L-93 delivered on 2026-11-05.
D4 Root cause: the mould insert of cavity 3 was worn and left a notch at the hinge radius.
Escape cause: the end-of-line gauge does not reach the radius of the hinge.
Systemic cause: the maintenance plan had no wear limit for mould inserts.
Lots before L-88 are not affected, they came from cavities 1 and 2.
D5 Corrective action: insert replaced and a wear sensor installed.
D6 Verification: 500 pieces over 10 days without a crack.
D7 Read-across to the two other lines with the same mould type done.
PFMEA and control plan updated on 2026-11-12 by the process team.
D8 Closed with the team.""",
    "de": """D1 Team: Qualität, Fertigung
D2 Problem: Scharnier gerissen, Lose L-88 und L-89
D3 Sofortmaßnahmen: Bestand gesperrt, Lager und Transport sortiert am 02.11.2026
1.200 Stück geprüft, 1.174 gut, 26 fehlerhaft.
Erste geprüfte Lieferung: L-93 vom 05.11.2026 mit Kennzeichnung.
D4 Grundursache: Der Formeinsatz von Nest 3 war verschlissen, Werkzeug mit Kerbe am Radius.
Nichtentdeckung: Die Lehre am Bandende erreicht den Radius nicht.
Systemursache: Der Wartungsplan nannte keine Grenze für den Verschleiß von Einsätzen.
Lose vor L-88 sind nicht betroffen.
D5 Maßnahme: Einsatz ersetzt und Sensor eingebaut.
D6 Wirksamkeit nachgewiesen: 500 Teile über 10 Tage ohne Riss.
D7 Übertragung auf die beiden anderen Linien mit gleichem Werkzeug erledigt.
FMEA und Kontrollplan wurden am 12.11.2026 vom Team geändert.
D8 Abschluss mit dem Team.""",
    "es": """D1 Equipo: calidad y producción
D2 Problema: bisagra agrietada, lotes L-88 y L-89
D3 Contención: existencias bloqueadas, almacén y tránsito seleccionados el 2026-11-02
1200 piezas revisadas, 1174 buenas, 26 defectuosas.
Primer lote verificado: L-93 entregado el 2026-11-05 con etiqueta.
D4 Causa raíz: el inserto del molde de la cavidad 3 tenía desgaste y dejaba una muesca.
Causa de no detección: el calibre final no llega al radio de la bisagra.
Causa sistémica: el plan de mantenimiento no tenía límite de desgaste.
Los lotes anteriores a L-88 no están afectados: no afectados por la cavidad 3.
D5 Acción correctiva: se reemplazó el inserto y se instaló un sensor.
D6 Verificación: 500 piezas en 10 días sin grietas.
D7 Otras líneas con el mismo tipo de molde revisadas también.
AMEF y plan de control actualizados el 2026-11-12 por el equipo.
D8 Cierre con el equipo.""",
    "pt": """D1 Equipe: qualidade e produção
D2 Problema: dobradiça trincada, lotes L-88 e L-89
D3 Contenção: estoque bloqueado, armazém e trânsito segregados em 2026-11-02
1200 peças verificadas, 1174 boas, 26 defeituosas.
Primeiro lote verificado: L-93 entregue em 2026-11-05 com etiqueta.
D4 Causa raiz: o inserto do molde da cavidade 3 tinha desgaste e deixava um entalhe.
Causa da não detecção: o calibre final não alcança o raio da dobradiça.
Causa sistêmica: o plano de manutenção não tinha limite de desgaste.
Os lotes anteriores não são afetados: não afetados pela cavidade 3.
D5 Ação corretiva: inserto substituído e sensor instalado.
D6 Verificação da eficácia: 500 peças em 10 dias sem trinca.
D7 Outras linhas com o mesmo tipo de molde revisadas também.
FMEA e plano de controle atualizados em 2026-11-12 pela equipe.
D8 Encerramento com a equipe.""",
    "pl": """D1 Zespół: jakość i produkcja
D2 Problem: pęknięty zawias, partie L-88 i L-89
D3 Działania natychmiastowe: zapas zablokowany, magazyn i transport posortowane 2026-11-02
1200 sztuk sprawdzonych, 1174 dobrych, 26 wadliwych.
Pierwsza sprawdzona dostawa: L-93 z dnia 2026-11-05 z etykietą.
D4 Przyczyna źródłowa: wkładka formy gniazda 3 miała zużycie i zostawiała karb.
Przyczyna niewykrycia: sprawdzian końcowy nie sięga promienia zawiasu.
Przyczyna systemowa: plan konserwacji nie miał granicy zużycia wkładek.
Nie dotyczy partii sprzed L-88, z gniazd 1 i 2.
D5 Działanie korygujące: wkładkę wymieniono i zainstalowano czujnik.
D6 Skuteczność zweryfikowano: 500 sztuk przez 10 dni bez pęknięć.
D7 Inne linie z tym samym typem formy sprawdzono także.
FMEA i plan kontroli zmienił zespół dnia 2026-11-12.
D8 Zamknięcie z zespołem.""",
    "zh": """D1 小组：质量、生产
D2 问题：铰链开裂，批次 L-88 和 L-89
D3 遏制措施：2026-11-02 库存已隔离，仓库和在途货物已挑选完毕
检查 1200 件，合格 1174 件，不合格 26 件。
首批合格交货：L-93，2026-11-05 已做标识发出。
D4 根本原因：3 号型腔模具镶件磨损，在铰链圆角处留下缺口。
流出原因：终检量具测不到铰链圆角位置。
系统原因：保养计划中没有规定镶件磨损极限。
L-88 之前的批次不受影响。
D5 纠正措施：更换镶件并安装传感器。
D6 效果验证：10 天内 500 件未再开裂。
D7 横向展开：另外两条产线的同类模具已检查完成。
控制计划和作业指导书已于 2026-11-12 更新并培训。
D8 关闭：小组总结。""",
    "ja": """D1 チーム：品質、製造
D2 問題：ヒンジの割れ、ロット L-88 と L-89
D3 暫定処置：2026-11-02 に在庫を保留し、倉庫と輸送中の品を選別しました
検査 1200 個、良品 1174 個、不良 26 個。
初回良品：ロット L-93 を 2026-11-05 に識別して納入しました。
D4 発生原因：金型キャビティ 3 の入れ子が摩耗し、ヒンジの角に切り欠きが残りました。
流出原因：最終検査のゲージがヒンジの角に届かない形状でした。
システム原因：保全計画に入れ子の摩耗限度が定められていませんでした。
L-88 より前のロットは影響なし。
D5 恒久対策：入れ子を交換し、センサーを取り付けました。
D6 効果確認：10 日間 500 個で割れはありませんでした。
D7 水平展開：同じ型式の他の二つのラインの金型も点検しました。
管理計画と作業標準を 2026-11-12 に改訂しました。
D8 完了：チームに感謝。""",
    "fr": """D1 Équipe : qualité et production
D2 Problème : charnière fissurée, lots L-88 et L-89
D3 Mesures conservatoires : stock bloqué, magasin et transit triés le 2026-11-02
1200 pièces contrôlées, 1174 bonnes, 26 défectueuses.
Première livraison contrôlée : L-93 du 2026-11-05 avec étiquette.
D4 Cause racine : l'insert du moule de l'empreinte 3 présentait une usure et laissait une entaille.
Cause de non détection : le calibre final n'atteint pas le rayon de la charnière.
Cause systémique : le plan de maintenance n'avait pas de limite d'usure.
Les lots antérieurs ne sont pas touchés : non concernés par l'empreinte 3.
D5 Action corrective : insert remplacé et capteur installé.
D6 Efficacité vérifiée : 500 pièces sur 10 jours sans fissure.
D7 Autres lignes avec le même type de moule contrôlées aussi.
AMDEC et plan de surveillance mis à jour le 2026-11-12 par l'équipe.
D8 Clôture avec l'équipe.""",
    "ar": """D1 الفريق: الجودة والإنتاج
D2 المشكلة: تشقق المفصلة، الدفعات L-88 و L-89
D3 احتواء: تم عزل المخزون وفحص المستودع والبضائع قيد النقل في 2026-11-02
فحص 1200 قطعة، سليمة 1174 قطعة، معيبة 26 قطعة.
أول شحنة سليمة: L-93 بتاريخ 2026-11-05 مع بطاقة تعريف.
D4 السبب الجذري: تآكل في إدراج القالب رقم 3 ترك حزا عند نصف القطر.
سبب عدم الاكتشاف: أداة القياس النهائية لا تصل إلى نصف قطر المفصلة.
السبب النظامي: لم تحدد خطة الصيانة حدا لتآكل القوالب.
الدفعات السابقة غير المتأثرة هي ما قبل L-88.
D5 الإجراء: استبدال الإدراج وتركيب حساس.
D6 التحقق: 500 قطعة خلال 10 أيام دون تشقق.
D7 خطوط أخرى بنفس نوع القالب تم فحصها أيضا.
خطة التحكم وتعليمات العمل تم تحديثها بتاريخ 2026-11-12 من الفريق.
D8 الإغلاق مع الفريق.""",
}
