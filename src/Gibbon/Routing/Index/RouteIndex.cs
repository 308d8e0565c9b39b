namespace Gibbon.Routing.Index;

/// <summary>
/// Where candidates are found: per host, and for any host, a tree over path bytes. Exact and "a.*" hosts share one tree over
/// host bytes, "*.a" hosts have one over the bytes reversed. An edit gives a new index and shares what it did not touch.
/// </summary>
internal sealed class RouteIndex
{
    private const int LongestHost = 256;

    private readonly RadixNode<CandidatePlace> _any;
    private readonly RadixNode<HostNode> _hosts;
    private readonly RadixNode<HostNode> _suffixes;
    private readonly bool _hasHosts;
    private readonly bool _hasSuffixes;

    private RouteIndex(RadixNode<CandidatePlace> any, RadixNode<HostNode> hosts, RadixNode<HostNode> suffixes)
    {
        (_any, _hosts, _suffixes) = (any, hosts, suffixes);
        _hasHosts = !ReferenceEquals(hosts, RadixNode<HostNode>.Empty);
        _hasSuffixes = !ReferenceEquals(suffixes, RadixNode<HostNode>.Empty);
    }

    /// <summary>An index of nothing.</summary>
    public static RouteIndex Empty { get; } = new(RadixNode<CandidatePlace>.Empty, RadixNode<HostNode>.Empty, RadixNode<HostNode>.Empty);

    /// <summary>The index with a candidate at one of its places.</summary>
    public RouteIndex With(Candidate candidate, in IndexKey key, EditToken token)
        => Edit(key, place => CandidatePlace.Add(place, candidate, token), token);

    /// <summary>The index without a candidate at one of its places.</summary>
    public RouteIndex Without(Candidate candidate, in IndexKey key, EditToken token)
        => Edit(key, place => CandidatePlace.Remove(place, candidate), token);

    /// <summary>Gathers the places that a request comes by.</summary>
    public void Collect(scoped ReadOnlySpan<byte> host, scoped ReadOnlySpan<byte> path, ref CandidateQueue queue)
    {
        Collect(_any, path, ref queue);
        if (host.IsEmpty)
        {
            return;
        }

        if (_hasHosts)
        {
            CollectHosts(_hosts, host, path, ref queue);
        }

        if (_hasSuffixes)
        {
            CollectSuffixes(host, path, ref queue);
        }
    }

    private void CollectSuffixes(scoped ReadOnlySpan<byte> host, scoped ReadOnlySpan<byte> path, ref CandidateQueue queue)
    {
        Span<byte> reversed = host.Length <= LongestHost ? stackalloc byte[LongestHost] : new byte[host.Length];
        reversed = reversed[..host.Length];
        host.CopyTo(reversed);
        reversed.Reverse();
        CollectHosts(_suffixes, reversed, path, ref queue);
    }

    private static void CollectHosts(RadixNode<HostNode> root, scoped ReadOnlySpan<byte> host, scoped ReadOnlySpan<byte> path, ref CandidateQueue queue)
    {
        HostNode? value = root.Value;
        for (RadixNode<HostNode>? node = root; ; node = node.Next(ref host, out value))
        {
            if (value?.Through is { } through)
            {
                Collect(through, path, ref queue);
            }

            if (host.IsEmpty && value?.Exact is { } exact)
            {
                Collect(exact, path, ref queue);
            }

            if (node is null)
            {
                return;
            }
        }
    }

    private static void Collect(RadixNode<CandidatePlace> root, scoped ReadOnlySpan<byte> path, ref CandidateQueue queue)
    {
        CandidatePlace? place = root.Value;
        for (RadixNode<CandidatePlace>? node = root; ; node = node.Next(ref path, out place))
        {
            if (place is not null)
            {
                queue.Add(place);
            }

            if (node is null)
            {
                return;
            }
        }
    }

    private RouteIndex Edit(IndexKey key, Func<CandidatePlace?, CandidatePlace?> change, EditToken token)
    {
        switch (key.Pin)
        {
            case HostPin.Any:
                return new RouteIndex(_any.With(key.Path, change, token), _hosts, _suffixes);
            case HostPin.Suffix:
                byte[] reversed = [.. key.Host];
                Array.Reverse(reversed);
                return new RouteIndex(_any, _hosts, _suffixes.With(reversed, node => Through(node, key.Path, change, token), token));
            case HostPin.Prefix:
                return new RouteIndex(_any, _hosts.With(key.Host, node => Through(node, key.Path, change, token), token), _suffixes);
            default:
                return new RouteIndex(_any, _hosts.With(key.Host, node => Exact(node, key.Path, change, token), token), _suffixes);
        }
    }

    private static HostNode? Through(HostNode? node, byte[] path, Func<CandidatePlace?, CandidatePlace?> change, EditToken token)
        => Kept(node?.Exact, (node?.Through ?? RadixNode<CandidatePlace>.Empty).With(path, change, token));

    private static HostNode? Exact(HostNode? node, byte[] path, Func<CandidatePlace?, CandidatePlace?> change, EditToken token)
        => Kept((node?.Exact ?? RadixNode<CandidatePlace>.Empty).With(path, change, token), node?.Through);

    private static HostNode? Kept(RadixNode<CandidatePlace>? exact, RadixNode<CandidatePlace>? through)
    {
        exact = exact is { IsEmpty: false } ? exact : null;
        through = through is { IsEmpty: false } ? through : null;
        return exact is null && through is null ? null : new HostNode(exact, through);
    }
}
