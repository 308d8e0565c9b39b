namespace Gibbon.Routing.Index;

/// <summary>How an index key pins the host (in streams: the server name).</summary>
internal enum HostPin
{
    /// <summary>Any host, also none.</summary>
    Any,

    /// <summary>This host.</summary>
    Exact,

    /// <summary>Hosts that begin so.</summary>
    Prefix,

    /// <summary>Hosts that end so.</summary>
    Suffix,
}

/// <summary>One place in the index: a pinned host, and the beginning of the path (in streams: the local port, two bytes).</summary>
internal readonly record struct IndexKey(HostPin Pin, byte[] Host, byte[] Path)
{
    /// <summary>The place that every request comes by.</summary>
    public static IndexKey Everywhere { get; } = new(HostPin.Any, [], []);

    /// <summary>True when nothing is pinned.</summary>
    public bool IsEverywhere => Pin == HostPin.Any && Path.Length == 0;
}
