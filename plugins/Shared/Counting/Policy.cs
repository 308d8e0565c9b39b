namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Where requests are counted.</summary>
enum Policy
{
    /// <summary>In the memory of this node.</summary>
    Local,

    /// <summary>In the database.</summary>
    Cluster,

    /// <summary>In Redis.</summary>
    Redis,
}
