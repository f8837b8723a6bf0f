// Reduces photos and videos to codes (SHA-256, and PDQ of photos) in this browser. The files are sent nowhere: the field
// that takes them has no name, and the policy of the page lets no script open a connection.
//
// PDQ: "PDQ & TMK + PDQF", Facebook 2019, and the reference in C++ (facebook/ThreatExchange, pdq/cpp).
"use strict";
(() => {
  const POINTS = 64;
  const BLOCK = 16;
  const STRIP_ROWS = 128;
  const SMALLEST_SIDE = 5;
  // Digested in memory, on a phone.
  const MAX_BYTES = 300 * 1024 * 1024;
  const MAX_FILES = 20;

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const digest = async (file) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));

  // First and one past last of the box around a place, clipped at both ends; an even box reaches one further right.
  const box = (place, length) => {
    const size = Math.ceil(length / (2 * POINTS));
    const right = size >> 1;
    return [Math.max(place - (size - 1 - right), 0), Math.min(place + right + 1, length)];
  };

  // What each of the 64 points takes of each pixel along a side: two passes of the box, and then every so many. Blur
  // and choice of points are one sum, so that a picture of any size is read once, strip by strip, and never scaled:
  // scaled first by a browser, a wall of bricks was 54 of 256 bits off.
  const shares = (length) =>
    Array.from({ length: POINTS }, (_, point) => {
      const [start, stop] = box(Math.floor(((point + 0.5) * length) / POINTS), length);
      const first = box(start, length)[0];
      const values = new Float64Array(box(stop - 1, length)[1] - first);
      for (let at = start; at < stop; at++) {
        const [from, to] = box(at, length);
        for (let pixel = from; pixel < to; pixel++) values[pixel - first] += 1 / ((stop - start) * (to - from));
      }
      return { first, values };
    });

  const pointsOf = (picture) => {
    const { width, height } = picture;
    const [down, across] = [shares(height), shares(width)];
    const points = new Float64Array(POINTS * POINTS);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = Math.min(height, STRIP_ROWS);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#fff";
    const luma = new Float64Array(width);
    const line = new Float64Array(POINTS);
    for (let top = 0; top < height; top += STRIP_ROWS) {
      const rows = Math.min(STRIP_ROWS, height - top);
      context.fillRect(0, 0, width, rows);
      context.drawImage(picture, 0, top, width, rows, 0, 0, width, rows);
      const { data } = context.getImageData(0, 0, width, rows);
      for (let row = 0; row < rows; row++) {
        for (let x = 0, at = 4 * row * width; x < width; x++, at += 4) {
          luma[x] = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
        }
        across.forEach(({ first, values }, point) => {
          let sum = 0;
          for (let at = 0; at < values.length; at++) sum += values[at] * luma[first + at];
          line[point] = sum;
        });
        down.forEach(({ first, values }, point) => {
          const share = values[top + row - first];
          if (share) for (let at = 0; at < POINTS; at++) points[point * POINTS + at] += share * line[at];
        });
      }
    }
    return points;
  };

  const pdqOf = (points) => {
    const cosine = (frequency, point) => Math.cos((Math.PI / (2 * POINTS)) * (frequency + 1) * (2 * point + 1));
    const table = Float64Array.from({ length: BLOCK * POINTS }, (_, at) => cosine(Math.floor(at / POINTS), at % POINTS));
    const half = new Float64Array(BLOCK * POINTS);
    for (let i = 0; i < BLOCK; i++) {
      for (let j = 0; j < POINTS; j++) {
        for (let k = 0; k < POINTS; k++) half[i * POINTS + j] += table[i * POINTS + k] * points[k * POINTS + j];
      }
    }
    const block = new Float64Array(BLOCK * BLOCK);
    for (let i = 0; i < BLOCK; i++) {
      for (let j = 0; j < BLOCK; j++) {
        for (let k = 0; k < POINTS; k++) block[i * BLOCK + j] += half[i * POINTS + k] * table[j * POINTS + k];
      }
    }
    // Of an even number the lower of the two in the middle, as the reference has it.
    const median = Float64Array.from(block).sort()[(BLOCK * BLOCK) / 2 - 1];
    const bytes = new Uint8Array((BLOCK * BLOCK) / 8);
    for (let bit = 0; bit < block.length; bit++) {
      if (block[bit] > median) bytes[bytes.length - 1 - (bit >> 3)] |= 1 << (bit & 7);
    }
    return hex(bytes);
  };

  const pdq = async (file) => {
    const picture = await createImageBitmap(file, { colorSpaceConversion: "none" });
    try {
      return Math.min(picture.width, picture.height) < SMALLEST_SIDE ? null : pdqOf(pointsOf(picture));
    } finally {
      picture.close();
    }
  };

  const place = document.getElementById("picture");
  if (!place || !globalThis.crypto?.subtle) return;
  const files = document.getElementById("file");
  const kept = document.getElementById("digests");
  const told = document.getElementById("told");
  const forget = document.getElementById("forget");
  const say = () => {
    const count = kept.value ? JSON.parse(kept.value).length : 0;
    forget.hidden = !count;
    return count;
  };
  place.hidden = false;
  say();

  const codesOf = async (file) => {
    if (file.size > MAX_BYTES) return null;
    const codes = { sha256: await digest(file) };
    if (file.type.startsWith("image/")) {
      try {
        const found = await pdq(file);
        if (found) codes.pdq = found;
      } catch {
        // A picture that this browser cannot draw has a digest all the same.
      }
    }
    return codes;
  };

  files.addEventListener("change", async () => {
    told.textContent = place.dataset.working;
    let hasFailed = files.files.length > MAX_FILES;
    const found = kept.value ? JSON.parse(kept.value) : [];
    for (const file of [...files.files].slice(0, MAX_FILES)) {
      const codes = await codesOf(file).catch(() => null);
      hasFailed ||= !codes;
      if (codes && !found.some((each) => each.sha256 === codes.sha256)) found.push(codes);
    }
    kept.value = found.length ? JSON.stringify(found) : "";
    files.value = "";
    const done = place.dataset.done.replace("#", say());
    told.textContent = hasFailed ? `${done} ${place.dataset.failed}` : done;
  });

  forget.addEventListener("click", () => {
    kept.value = "";
    files.value = "";
    told.textContent = place.dataset.done.replace("#", say());
    files.focus();
  });
})();
