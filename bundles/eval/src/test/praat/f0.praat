# F0 of a recording by Boersma's autocorrelation method, a line a frame: time in seconds, hertz (0: unvoiced).
# praat --run f0.praat in.wav out.tsv
form F0
  sentence input
  sentence output
endform
Read from file: input$
To Pitch (ac): 0.01, 75, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 600
frames = Get number of frames
deleteFile: output$
for t to frames
  time = Get time from frame number: t
  f0 = Get value in frame: t, "Hertz"
  if f0 = undefined
    f0 = 0
  endif
  appendFileLine: output$, fixed$ (time, 6), tab$, fixed$ (f0, 3)
endfor
