// The logo is our own drawing, inlined so that it follows light and dark.
find(".logo").innerHTML = props.logo;
ask("device").then((answer) => { find(".device").textContent = answer.text; },
                   (error) => { find(".device").textContent = error.message; });
