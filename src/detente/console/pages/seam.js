// Where the map's two edges meet: a line over the 180th meridian goes on beyond the edge instead of back across the
// whole map, and is drawn once more from the other side, so that it is seen from both.
import * as ol from "ol";

export const WORLD_M = 2 * Math.PI * 6378137;
const POLE_DEG = 85.06;

/** The same meridian, as near to another one as it comes. Metres of the map. @param {number} x @param {number} to */
export function near(x, to) {
  return x + Math.round((to - x) / WORLD_M) * WORLD_M;
}

/** Longitudes go on beyond 180 where the shorter way does. @param {number[][]} places Degrees, longitude first. @param {number} [from] @returns {number[][]} */
export function unbroken(places, from = places[0]?.[0] ?? 0) {
  let before = from;
  return places.map(([lon, lat]) => {
    before = lon + Math.round((before - lon) / 360) * 360;
    return [before, lat];
  });
}

/** What was made unbroken, and the same from the other side where it goes over the edge. @template {number[][] | number[][][]} Any @param {Any} lines @returns {Any[]} */
function twice(lines) {
  /** @type {number[]} */
  const lons = /** @type {any} */ (lines).flat(2).filter((/** @type {number} */ _one, /** @type {number} */ place) => place % 2 === 0);
  const by = Math.max(...lons) > 180 ? -360 : Math.min(...lons) < -180 ? 360 : 0;
  const moved = (/** @type {any} */ one) => (typeof one[0] === "number" ? [one[0] + by, one[1]] : one.map(moved));
  return by ? [lines, moved(lines)] : [lines];
}

/** A line on the map: one, or two where it goes over the edge. @param {number[][]} places @returns {any[]} */
export function linesOf(places) {
  return twice(unbroken(places)).map((one) => new ol.LineString(one.map((place) => ol.fromLonLat(place))));
}

/** An area on the map, the outer ring first; one that goes round a pole is closed over it. @param {number[][][]} rings @returns {any[]} */
export function areasOf(rings) {
  const seen = rings.filter((ring) => ring.some(([, lat]) => Math.abs(lat) < POLE_DEG)); // a ring about the pole itself bounds nothing here
  const whole = seen.map((ring) => unbroken(ring, seen[0][0][0])).map(overPole);
  return whole.length === 0 ? [] : twice(whole).map((one) => new ol.Polygon(one.map((ring) => ring.map((place) => ol.fromLonLat(place)))));
}

/** @param {number[][]} ring */
function overPole(ring) {
  const gone = ring[ring.length - 1][0] - ring[0][0];
  if (Math.abs(gone) < 180) return ring;
  // Begun anew at the edge, so that the way to the pole lies there and is no border.
  const steps = ring.slice(0, -1).map(([lon, lat]) => [((((lon + 180) % 360) + 360) % 360) - 180, lat]);
  const place = steps.findIndex(([lon], at) => at > 0 && Math.abs(lon - steps[at - 1][0]) > 180);
  const turned = unbroken([...steps.slice(Math.max(0, place)), ...steps.slice(0, Math.max(0, place))]);
  const pole = turned.reduce((sum, [, lat]) => sum + lat, 0) < 0 ? -POLE_DEG : POLE_DEG;
  const [first, last] = [turned[0], turned[turned.length - 1]];
  const end = first[0] + Math.sign(gone) * 360;
  return [...turned, [end, last[1]], [end, pole], [first[0], pole], first];
}

/** Features as the node tells them, unbroken: those that go over the edge also from the other side. @param {any[]} features @returns {any[]} */
export function fromBothSides(features) {
  return features.flatMap((one) => {
    const [west, , east] = one.getGeometry().getExtent();
    const by = east > WORLD_M / 2 ? -WORLD_M : west < -WORLD_M / 2 ? WORLD_M : 0;
    if (!by) return [one];
    const other = one.clone(); // without its id: that is the first one's
    other.getGeometry().translate(by, 0);
    return [one, other];
  });
}
