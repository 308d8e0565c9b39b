using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;
using Gibbon.Vaults;

namespace Gibbon.Snapshots;

/// <summary>Makes a plugin entity ready for requests: its configuration becomes the record that the plugin knows.</summary>
internal static class PluginInstanceCompiler
{
    public static PluginInstance Compile(Pdk.Entities.Plugin entity, PluginRegistry registry, long sequence, SecretReferences secrets)
    {
        Plugin plugin = registry.Get(entity.Name);
        ValueMap resolved = SecretReferences.IsIn(entity.Config) ? secrets.Resolve(entity.Config, SchemaOf(plugin)) : entity.Config;
        object config = plugin.ConfigType is { } type ? Schema.Bind(type, resolved) : resolved;
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

    /// <summary>Has the secrets fetched that the compilation will ask for.</summary>
    public static void BeginSecrets(Pdk.Entities.Plugin entity, PluginRegistry registry, SecretReferences secrets)
    {
        if (SecretReferences.IsIn(entity.Config))
        {
            secrets.Begin(entity.Config, SchemaOf(registry.Get(entity.Name)));
        }
    }

    private static RecordSchema? SchemaOf(Plugin plugin) => plugin.ConfigType is { } type
        ? Schema.ForPlugin(plugin.Name, type, plugin.Protocols, plugin.Scopes).Find("config")?.Record
        : null;
}
