using System.Net;

namespace Gibbon.Dns;

/// <summary>One address and port of a host, or the resolution that says why there is none.</summary>
/// <param name="EndPoint">Where to connect; null on failure.</param>
/// <param name="Failure">The failure; null when there is an end point.</param>
internal readonly record struct AddressPick(IPEndPoint? EndPoint, Resolution? Failure);
