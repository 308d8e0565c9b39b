namespace Gibbon.Pdk;

/// <summary>The cluster this node is in. Kong's <c>kong.cluster</c>.</summary>
public interface ICluster
{
    /// <summary>The id that all nodes of one database share.</summary>
    /// <returns>The id; a value of <c>null</c> if the store has none.</returns>
    [Kong("kong.cluster.get_id"), Phases(Phase.Any)]
    ValueTask<Result<Guid?>> GetIdAsync();
}
