"""The simulated card system of the canteen: the other side of docs/integrators/canteen.md, in both flavours."""
