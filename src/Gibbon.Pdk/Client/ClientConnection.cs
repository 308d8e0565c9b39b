using System.Net;

namespace Gibbon.Pdk;

/// <summary>A client's connection to this gateway.</summary>
/// <param name="LocalAddress">The address of this gateway that the client reached.</param>
/// <param name="Number">The number of the connection, counted from the start of the gateway.</param>
/// <param name="Requests">How many requests have come on it, this one included.</param>
public readonly record struct ClientConnection(IPAddress LocalAddress, long Number, long Requests);
