using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk;

/// <summary>
/// One configuration of a plugin: an enabled <c>plugins</c> entity, compiled. The same object for as long as it is unchanged.
/// </summary>
[Kong("kong.plugin.get_id")]
public sealed record PluginInstance
{
    /// <summary>The id of the entity: Kong's <c>kong.plugin.get_id()</c> and <c>__plugin_id</c>.</summary>
    public required Guid Id { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name the user gave this instance (<c>instance_name</c>), if any.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The route it is attached to, if any.</summary>
    public Guid? RouteId { get; init; }

    /// <summary>The service it is attached to, if any.</summary>
    public Guid? ServiceId { get; init; }

    /// <summary>The consumer it is attached to, if any.</summary>
    public Guid? ConsumerId { get; init; }

    /// <summary>The group of consumers it is attached to, if any.</summary>
    public Guid? ConsumerGroupId { get; init; }

    /// <summary>The protocols it is for; none stands for all.</summary>
    public IReadOnlyList<Protocol> Protocols { get; init; } = [];

    /// <summary>The workspace it belongs to.</summary>
    public required Guid WorkspaceId { get; init; }

    /// <summary>
    /// Its cache key, unique by name and scope:
    /// <c>plugins:&lt;name&gt;:&lt;route&gt;:&lt;service&gt;:&lt;consumer&gt;::&lt;workspace&gt;</c>.
    /// </summary>
    public required string CacheKey { get; init; }

    /// <summary>Grows with each rebuild of the list of plugins in which this instance changed.</summary>
    public long Sequence { get; init; }

    /// <summary>The configuration: what <see cref="Plugin.ConfigType"/> says.</summary>
    public required object Config { get; init; }
}
