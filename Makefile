# Every line can be typed by hand; what takes more than a line is a script in Scripts/.
.PHONY: demo test check format bench soak fuzz sanitize strangers

demo:    ; @Scripts/demo
test:    ; @Scripts/test
check:   ; @Scripts/check
format:  ; @swift format --in-place --recursive Benchmarks Package.swift Snippets Sources Tests
bench:   ; @Scripts/bench
soak:    ; @Scripts/reliability --long
fuzz:    ; @Scripts/fuzz
sanitize: ; @Scripts/sanitize
strangers: ; @Scripts/strangers
