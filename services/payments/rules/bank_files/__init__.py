"""Files between payments and banks: what their lines say. Pure: lines and elements in, answers and faults out."""
