# Every line can be typed by hand; what takes more than a line is a script in Scripts/.
.PHONY: demo test check format bench soak fuzz sanitize strangers

demo:    ; @Scripts/demo
test:    ; @Scripts/test
check:   ; @Scripts/check
format:  ; @swift format --in-place --recursive Package.swift Snippets Sources Tests
soak:    ; @Scripts/reliability --long
bench:   ; @swift run -c release --package-path Benchmarks
fuzz:    ; @Scripts/fuzz
sanitize: ; @Scripts/sanitize
strangers: ; @Scripts/strangers
