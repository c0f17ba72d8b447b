"""Binary outcomes: logistic models, their profiles, Firth's penalty."""
