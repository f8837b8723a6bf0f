// Reduces photos and videos to codes (SHA-256, and PDQ of photos) in this browser. The files are sent nowhere: the field
// that takes them has no name, and the policy of the page lets no script open a connection.
//
// PDQ: "PDQ & TMK + PDQF", Facebook 2019, and the reference in C++ (facebook/ThreatExchange, pdq/cpp).
"use strict";
(() => {
  const POINTS = 64;
  const BLOCK = 16;
  const LARGEST_SIDE = 512;
  const SMALLEST_SIDE = 5;
  // Digested in memory, on a phone.
  const MAX_BYTES = 300 * 1024 * 1024;
  const MAX_FILES = 20;

  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const digest = async (file) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));

  // One pass of a box along lines: of `count` values, `step` apart, in `lines` lines that begin `apart` apart.
  const blurred = (from, count, step, lines, apart) => {
    const to = new Float32Array(from.length);
    const sums = new Float64Array(count + 1);
    const size = Math.ceil(count / (2 * POINTS));
    const right = size >> 1;
    const left = size - 1 - right;
    for (let line = 0; line < lines; line++) {
      const first = line * apart;
      for (let at = 0; at < count; at++) sums[at + 1] = sums[at] + from[first + at * step];
      for (let at = 0; at < count; at++) {
        const start = Math.max(at - left, 0);
        const stop = Math.min(at + right + 1, count);
        to[first + at * step] = (sums[stop] - sums[start]) / (stop - start);
      }
    }
    return to;
  };

  const pdqOfLuma = (luma, width, height) => {
    for (let pass = 0; pass < 2; pass++) {
      luma = blurred(luma, width, 1, height, width);
      luma = blurred(luma, height, width, width, 1);
    }
    const points = new Float64Array(POINTS * POINTS);
    for (let row = 0; row < POINTS; row++) {
      const y = Math.floor(((row + 0.5) * height) / POINTS);
      for (let column = 0; column < POINTS; column++) {
        points[row * POINTS + column] = luma[y * width + Math.floor(((column + 0.5) * width) / POINTS)];
      }
    }
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
    let picture = await createImageBitmap(file, { colorSpaceConversion: "none" });
    const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
    const width = Math.round(picture.width * scale);
    const height = Math.round(picture.height * scale);
    if (Math.min(width, height) < SMALLEST_SIDE) return null;
    if (scale < 1) {
      const whole = picture;
      picture = await createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
      whole.close();
    }
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0);
    picture.close();
    const { data } = context.getImageData(0, 0, width, height);
    const luma = new Float32Array(width * height);
    for (let at = 0; at < luma.length; at++) {
      luma[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
    }
    return pdqOfLuma(luma, width, height);
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
