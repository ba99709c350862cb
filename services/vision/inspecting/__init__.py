"""How the embedded server looks at one picture: read it safely, compare it to what is good."""
