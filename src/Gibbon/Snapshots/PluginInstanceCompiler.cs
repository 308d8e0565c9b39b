using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;

namespace Gibbon.Snapshots;

/// <summary>Makes a plugin entity ready for requests: its configuration becomes the record that the plugin knows.</summary>
internal static class PluginInstanceCompiler
{
    public static PluginInstance Compile(Pdk.Entities.Plugin entity, PluginRegistry registry, long sequence)
    {
        Plugin plugin = registry.Get(entity.Name);
        object config = plugin.ConfigType is { } type ? Schema.Bind(type, entity.Config) : entity.Config;
        return new PluginInstance
        {
            Id = entity.Id,
            Name = entity.Name,
            InstanceName = entity.InstanceName,
            RouteId = entity.Route?.Id,
            ServiceId = entity.Service?.Id,
            ConsumerId = entity.Consumer?.Id,
            ConsumerGroupId = entity.ConsumerGroup?.Id,
            Protocols = entity.Protocols ?? [],
            WorkspaceId = Snapshot.DefaultWorkspace,
            CacheKey = $"plugins:{entity.Name}:{entity.Route?.Id}:{entity.Service?.Id}:{entity.Consumer?.Id}::{Snapshot.DefaultWorkspace}",
            Sequence = sequence,
            Config = config,
        };
    }
}
