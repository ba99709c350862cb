-- name: sealed_words
-- says: the sealed words of one piece of feedback
SELECT text_raw FROM feedback WHERE feedback_id = $feedback_id
