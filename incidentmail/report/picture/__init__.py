"""Draw pictures as inline SVG: the history of an incident, and plain charts of figures. Pure.

`history_of(recorded, now)` returns the history of an incident, `incident_picture(history, words, ...)` draws it, and
`bar_chart` and `line_chart` draw figures. Each picture is `Markup`, so a template writes `{{ picture }}`. The colours
come from the style sheet of our pages (templates/page/style.css.j2), which has colours for light screens, dark screens
and paper. A picture refers to nothing outside the page, has no script, and has a text for people who cannot see it.

A picture is drawn for one width, in pixels. Draw it twice, `WIDE` and `NARROW`, and put both into `<div class="wide">`
and `<div class="narrow">`. The style sheet shows the one that fits the screen.
"""
