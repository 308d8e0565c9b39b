namespace Gibbon.Proxy.Messages;

/// <summary>What went through a tunnel.</summary>
/// <param name="BytesToUpstream">Bytes moved from client to upstream.</param>
/// <param name="BytesToClient">Bytes moved from upstream to client.</param>
/// <param name="TimedOut">True when silence ended it.</param>
internal readonly record struct TunnelResult(long BytesToUpstream, long BytesToClient, bool TimedOut);
