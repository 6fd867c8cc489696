# The same TextGrid in Praat's two text forms, and in UTF-16.
# praat --run textgrid.praat /absolute/folder
form TextGrid
  sentence folder
endform
Create TextGrid: 0, 1.5, "words bell phones", "bell"
Insert boundary: 1, 0.25
Insert boundary: 1, 1.125
Set interval text: 1, 2, "say ""no"""
Insert point: 2, 0.5, "ding"
Insert boundary: 3, 0.25
Insert boundary: 3, 0.6
Insert boundary: 3, 1.125
Set interval text: 3, 2, "n"
Set interval text: 3, 3, "oʊ"
Text writing preferences: "UTF-8"
Save as text file: folder$ + "/long.TextGrid"
Save as short text file: folder$ + "/short.TextGrid"
Text writing preferences: "UTF-16"
Save as text file: folder$ + "/utf16.TextGrid"
