using System.Diagnostics;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.PluginServers;

/// <summary>What a plugin server says of itself when its query command is run.</summary>
internal sealed record ServerDescription(string Name, string Protocol, int Priority, string Version, PluginPhases Phases, Schema Schema)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, PluginPhases> Known = new(StringComparer.Ordinal)
    {
        ["certificate"] = PluginPhases.Certificate,
        ["rewrite"] = PluginPhases.Rewrite,
        ["access"] = PluginPhases.Access,
        ["response"] = PluginPhases.Response,
        ["preread"] = PluginPhases.Preread,
        ["log"] = PluginPhases.Log,
    };

    /// <summary>Runs the query command; null if what it tells of is no plugin, since it has no priority.</summary>
    /// <exception cref="PluginLoadException">There is no answer, or it is wrong.</exception>
    public static ServerDescription? Ask(PluginServerSettings server)
    {
        byte[] answer = Run(server);
        if (!ValueJson.TryRead(answer, out object? dump, out string? error))
        {
            throw Failure($"failed decoding plugin info: {error}");
        }

        (string? protocol, object? plugins) = dump is ValueMap map ? (map.GetString("Protocol"), map.Get("Plugins")) : (null, dump);
        if (plugins is not ValueList list || list.FirstOrDefault() is not ValueMap plugin)
        {
            throw Failure($"not a plugin info table: \n{server.QueryCommand}\n{Encoding.UTF8.GetString(answer)}");
        }

        return plugin.GetString("Name") is { Length: > 0 } name
            ? plugin.Get("Priority") is null ? null : Read(name, protocol ?? "MsgPack:1", plugin)
            : throw Failure($"error loading plugins info from [{server.Name}]: a plugin has no name");
    }

    private static ServerDescription Read(string name, string protocol, ValueMap plugin)
    {
        if (protocol is not ("MsgPack:1" or "ProtoBuf:1"))
        {
            throw Failure($"unknown protocol implementation: {protocol}");
        }

        PluginPhases phases = PluginPhases.None;
        foreach (string phase in (plugin.GetList("Phases") ?? []).OfType<string>())
        {
            phases |= Known.GetValueOrDefault(phase.ToLowerInvariant());
        }

        return new ServerDescription(name, protocol, PriorityOf(name, plugin.Get("Priority")), VersionOf(plugin.Get("Version")), phases, SchemaOf(name, plugin));
    }

    private static int PriorityOf(string name, object? said) => said switch
    {
        long whole when whole is >= int.MinValue and <= int.MaxValue => (int)whole,
        double number when number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue => (int)number,
        _ => throw new PluginLoadException(
            $"Plugin \"{name}\" cannot be loaded because its PRIORITY field is not a valid integer number, got: \"{Value.ToText(said)}\"."),
    };

    // Plugin servers often say "0.1"; what is missing is zero. What is no version the registry refuses.
    private static string VersionOf(object? said)
    {
        string text = said is null ? "nil" : Value.ToText(said);
        string[] parts = text.Split('.');
        return parts.Length < 3 && parts.All(static part => part.Length > 0 && part.All(char.IsAsciiDigit))
            ? string.Join('.', parts.Concat(["0", "0"]).Take(3))
            : text;
    }

    private static Schema SchemaOf(string name, ValueMap plugin)
    {
        if (plugin.GetMap("Schema") is not { } definition)
        {
            throw new PluginLoadException($"error loading plugin schemas: on plugin '{name}': a schema must be a table");
        }

        try
        {
            return SchemaDefinition.Plugin(definition, Schema.Of<Pdk.Entities.Plugin>());
        }
        catch (SchemaDefinitionException failure)
        {
            throw new PluginLoadException($"error loading plugin schemas: on plugin '{name}': {failure.Message}");
        }
    }

    private static byte[] Run(PluginServerSettings server)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(server.QueryCommand);
        using Process process = Start(server, start);
        bool isLate = false;
        using var answer = new MemoryStream();
        using (new Timer(GiveUp, process, Patience, Timeout.InfiniteTimeSpan))
        {
            process.StandardOutput.BaseStream.CopyTo(answer);
            process.WaitForExit();
        }

        if (isLate)
        {
            throw Failure($"error loading plugins info from [{server.Name}]: no answer within {Patience.TotalSeconds} seconds");
        }

        return answer.ToArray();

        void GiveUp(object? late)
        {
            try
            {
                ((Process)late!).Kill(entireProcessTree: true);
                isLate = true;
            }
            catch (InvalidOperationException)
            {
                // It has just ended.
            }
        }
    }

    private static Process Start(PluginServerSettings server, ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw Failure($"error loading plugins info from [{server.Name}]: {failure.Message}");
        }
    }

    private static PluginLoadException Failure(string what) => new($"failed loading external plugins: {what}");
}
