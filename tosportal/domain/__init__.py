"""What the law, the programme and the regulation say: pure functions, standard library only, no clock, no float."""
