using System.Net;

namespace Gibbon.Balancing;

/// <summary>Where one try of a request goes.</summary>
/// <param name="EndPoint">The address and port to connect to.</param>
/// <param name="Peer">The host it goes by: what the upstream sees in Host and in SNI unless something else decides that.</param>
/// <param name="Target">The address of a target that a balancer picked; null when there was no balancer.</param>
internal readonly record struct Destination(IPEndPoint EndPoint, EndPoints Peer, TargetAddress? Target);
