"""Draw pictures as inline SVG: the history of an incident, and plain charts of figures. Pure.

How to use it: `history_of(recorded, now)` gives the history of an incident, `incident_picture(history, words, ...)`
draws it, and `bar_chart` and `line_chart` draw figures. Each picture is `Markup`, so a template writes `{{ picture }}`.
Its colours come from the style sheet of our pages (templates/page/style.css.j2), so that it is right in the light, in
the dark and on paper. It refers to nothing outside of the page, has no script, and has a text for those who cannot see
it.

A picture is drawn for one width, in pixels. Draw it twice, `WIDE` and `NARROW`, and put both into
`<div class="wide">` and `<div class="narrow">`: the style sheet shows the one that fits the screen.
"""
