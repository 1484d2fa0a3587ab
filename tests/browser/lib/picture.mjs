// SPDX-License-Identifier: MIT
//
// Compares a page with its picture block by block: the mean colour of 20 x 20 px does not know how a machine
// draws the edge of a letter, but whether there is text, a bar or a panel.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";

const BLOCK = 5; // pixels of a picture that is a quarter of the page
const LEVELS = 9; // of 255 that a mean may differ by
const SHARE = 0.015; // of the blocks that may differ by more: letters that another browser places otherwise

/** Runs in a blank page: the share of blocks whose mean colour differs. */
async function differing([expected, actual, block, levels]) {
  const read = async (base64) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height);
  };
  const [one, other] = await Promise.all([read(expected), read(actual)]);
  if (one.width !== other.width || one.height !== other.height) return 1;
  const mean = (image, x, y, channel) => {
    let sum = 0;
    for (let dy = 0; dy < block; dy++) for (let dx = 0; dx < block; dx++) sum += image.data[((y + dy) * image.width + x + dx) * 4 + channel];
    return sum / (block * block);
  };
  let blocks = 0;
  let different = 0;
  for (let y = 0; y + block <= one.height; y += block) {
    for (let x = 0; x + block <= one.width; x += block) {
      blocks++;
      if ([0, 1, 2].some((channel) => Math.abs(mean(one, x, y, channel) - mean(other, x, y, channel)) > levels)) different++;
    }
  }
  return different / blocks;
}

/** `page` looks like pictures/NAME.png; with UPDATE_PICTURES=1 the picture is taken. What `mask` finds does not count. */
export async function looksLike(page, name, mask, share = SHARE) {
  const file = new URL(`../pictures/${name}.png`, import.meta.url);
  const take = () => page.screenshot({ scale: "device", animations: "disabled", caret: "hide", mask });
  if (process.env.UPDATE_PICTURES) return writeFileSync(file, await take());
  expect(existsSync(file), `there is a picture ${name}`).toBe(true);
  const expected = readFileSync(file).toString("base64");
  const blank = await page.context().newPage();
  let last;
  await expect.poll(async () => {
    last = await take();
    return blank.evaluate(differing, [expected, last.toString("base64"), BLOCK, LEVELS]);
  }, { message: `${name}: share of blocks that differ`, timeout: 5_000 }).toBeLessThanOrEqual(share).catch((problem) => {
    const seen = `${process.env.RUSHLIGHT_TEST_OUTPUT ?? "../../build/browser"}/${name}.png`;
    writeFileSync(seen, last);
    throw new Error(`${problem.message}\nwhat was seen is in ${seen}`);
  });
  return blank.close();
}
