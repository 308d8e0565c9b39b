namespace Gibbon.ArchitectureTests;

/// <summary>The rooms of the gateway and what each may look into. ARCHITECTURE.md draws the same picture.</summary>
internal static class Rooms
{
    // Open to every room; between the first two the arrow goes from logs to settings.
    private static readonly string[] Open = ["Settings", "Observability", "Threading"];

    private static readonly string[] Level0 = ["Routing", "Certificates", "Dns", "Vaults", .. Open];

    private static readonly string[] Level1 = ["Storage", "PluginRuntime", "Balancing"];

    /// <summary>Room → the rooms that it may see.</summary>
    public static IReadOnlyDictionary<string, string[]> Views { get; } = new Dictionary<string, string[]>
    {
        ["Settings"] = [],
        ["Threading"] = [],
        ["Observability"] = ["Settings"],
        ["Routing"] = Open,
        ["Certificates"] = Open,
        ["Dns"] = Open,
        ["Vaults"] = Open,

        // Stages of a request (Routing, PluginRuntime, Balancing) never see each other: Proxy alone knows their order.
        ["Storage"] = Level0,
        ["PluginRuntime"] = [.. Level0.Except(["Routing"])],
        ["Balancing"] = [.. Level0.Except(["Routing"])],

        // Plugins in processes of their own: to the rest they are plugins as any others.
        ["PluginServers"] = Open,

        ["Snapshots"] = [.. Level0, .. Level1],

        // A request never touches storage: what it needs of consumers comes through an interface that the snapshot carries.
        ["Proxy"] = [.. Level0, "PluginRuntime", "Balancing", "Snapshots"],
        ["Clustering"] = [.. Level0, .. Level1, "Snapshots"],

        ["Admin"] = [.. Level0, .. Level1, "Snapshots", "Proxy", "Clustering"],
    };

    /// <summary>The room that a namespace belongs to; null when it is not of the gateway or is its root.</summary>
    public static string? Of(string @namespace)
    {
        var parts = @namespace.Split('.');
        return parts.Length > 1 && parts[0] == "Gibbon" && Views.ContainsKey(parts[1]) ? parts[1] : null;
    }
}
