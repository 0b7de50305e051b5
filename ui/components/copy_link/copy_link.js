// Copies the address, which always is the link to what is on screen (see address.js).

const REST = "Copy link";
const timers = new WeakMap();

// Outside https and localhost (a class on the school's network) there is no navigator.clipboard.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.style.cssText = "position:fixed;top:0;opacity:0";
    document.body.append(field);
    field.select();
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch {
      copied = false;
    }
    field.remove();
    return copied;
  }
}

export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".root");
  const button = root.querySelector("button");
  const status = root.querySelector("[role=status]");
  const byHand = root.querySelector(".by-hand");
  root.style.setProperty("--size", data.projector ? "17.5px" : "14px");

  button.onclick = async () => {
    const copied = await copyText(location.href);
    button.focus(); // copying by hand took it away
    button.textContent = copied ? "Copied ✓" : "Copy it from here";
    button.classList.toggle("done", true);
    status.textContent = copied ? "Link copied" : "Copying is blocked; the link is in the field";
    byHand.hidden = copied;
    if (!copied) {
      byHand.value = location.href;
      byHand.focus();
      byHand.select();
    }
    clearTimeout(timers.get(parentElement));
    timers.set(
      parentElement,
      setTimeout(() => {
        button.textContent = REST;
        button.classList.toggle("done", false);
        status.textContent = "";
      }, 2500),
    );
  };
  byHand.onblur = () => (byHand.hidden = true);

  return () => clearTimeout(timers.get(parentElement));
}
