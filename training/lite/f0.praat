# F0 by autocorrelation every 10 ms for each wav file of a list: NAME.f0 holds the time of the first value, then the
# values in Hz, 0 where unvoiced. For files of LIST.emotion, NAME.voice also holds mean harmonicity (dB) and local jitter.
form Files
  sentence list
  boolean voice_quality 0
endform
Read Strings from raw text file: list$
count = Get number of strings
for i to count
  selectObject: 1
  file$ = Get string: i
  sound = Read from file: file$
  pitch = noprogress To Pitch (ac): 0.01, 65, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 400
  frames = Get number of frames
  first = Get time from frame number: 1
  text$ = string$ (first) + newline$
  for frame to frames
    hertz = Get value in frame: frame, "Hertz"
    if hertz = undefined
      hertz = 0
    endif
    text$ = text$ + fixed$ (hertz, 3) + newline$
  endfor
  output$ = file$ - ".wav" + ".f0"
  writeFile: output$, text$
  if voice_quality
    selectObject: sound
    harmonicity = noprogress To Harmonicity (cc): 0.01, 75, 0.1, 1
    hnr = Get mean: 0, 0
    selectObject: sound, pitch
    points = noprogress To PointProcess (cc)
    jitter = Get jitter (local): 0, 0, 0.0001, 0.02, 1.3
    output$ = file$ - ".wav" + ".voice"
    writeFile: output$, hnr, newline$, jitter, newline$
    removeObject: harmonicity, points
  endif
  removeObject: sound, pitch
endfor
