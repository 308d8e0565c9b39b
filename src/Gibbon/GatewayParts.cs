using System.Collections.Immutable;
using Gibbon.Admin.Manager;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;
using Gibbon.PluginRuntime.Host;
using Gibbon.PluginServers;
using Gibbon.Routing;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Vaults;

namespace Gibbon;

/// <summary>What a gateway is made of besides its settings: what the executable, or a test, puts in.</summary>
internal sealed record GatewayParts
{
    /// <summary>The plugins that are installed; the setting <c>plugins</c> says which of them are enabled. They outlive the gateway: whoever made them ends them.</summary>
    public IReadOnlyList<Plugin> Plugins { get; init; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What makes plugins in other languages.</summary>
    public IReadOnlyList<PluginLoader> Loaders { get; init; } = [];

    /// <summary>The built web UI; null when there is none.</summary>
    public ManagerFiles? Manager { get; init; }

    /// <summary>The plugins that the settings enable.</summary>
    /// <exception cref="PluginLoadException">One of them is not installed, or cannot be used.</exception>
    public PluginRegistry Registry(GatewaySettings settings)
    {
        List<string> enabled = settings.Plugins.Bundled
            ? [.. Plugins.Select(static plugin => plugin.Name), .. Loaders.SelectMany(static loader => loader.Bundled)]
            : [];
        enabled.AddRange(settings.Plugins.Names.Where(name => !enabled.Contains(name)));
        HashSet<string> installed = [.. Plugins.Select(static plugin => plugin.Name)];
        string[] others = [.. enabled.Where(name => !installed.Contains(name))];
        ServedPlugin[] served = others.Length == 0 ? [] : [.. ServedPlugins.Load(settings.Plugins.Servers).Where(plugin => others.Contains(plugin.Name))];
        others = [.. others.Except(served.Select(static plugin => plugin.Name))];
        if (others.Length == 0 || Loaders.Count == 0)
        {
            return PluginRegistry.Create([.. Plugins, .. served], enabled);
        }

        var forLoaders = new SettingsForPlugins(settings);
        return PluginRegistry.Create([.. Plugins, .. served, .. Loaders.SelectMany(loader => loader.Load(others, forLoaders))], enabled);
    }

    /// <summary>All kinds of entities that a gateway with these settings and plugins knows.</summary>
    public EntitySchemas Schemas(GatewaySettings settings, PluginRegistry registry)
    {
        SchemaOptions options = new()
        {
            RouterFlavor = Flavor(settings.Router.Flavor),
            CheckRoute = settings.Router.Flavor == Settings.RouterFlavor.Traditional ? null : RouteCheck.Fault,
            Plugins = PluginSchemas.Configurations(registry),
            Vaults = VaultKinds.Schemas(settings.Vaults.Names),
            Clock = Time,
        };
        return EntitySchemas.For(options, PluginSchemas.Entities(registry, options));
    }

    // The PDK, which sees no settings, has its own word for each flavour.
    private static Pdk.Schemas.RouterFlavor Flavor(Settings.RouterFlavor flavor) => flavor switch
    {
        Settings.RouterFlavor.Expressions => Pdk.Schemas.RouterFlavor.Expressions,
        Settings.RouterFlavor.Traditional => Pdk.Schemas.RouterFlavor.Traditional,
        _ => Pdk.Schemas.RouterFlavor.TraditionalCompatible,
    };
}
