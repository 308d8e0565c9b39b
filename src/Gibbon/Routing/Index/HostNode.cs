namespace Gibbon.Routing.Index;

/// <summary>What hangs on a host: the paths of candidates for just this host, and of those for every host through here.</summary>
internal sealed record HostNode(RadixNode<CandidatePlace>? Exact, RadixNode<CandidatePlace>? Through);
