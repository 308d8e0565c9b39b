using System.Collections.Immutable;

namespace Gibbon.Settings;

internal enum UntrustedLua
{
    Off,
    Sandbox,
    On,
}

/// <summary>Kong's Lua side: limits of the PDK, module paths, the sandbox.</summary>
internal sealed record LuaSettings
{
    public required int MaxRequestHeaders { get; init; }
    public required int MaxResponseHeaders { get; init; }
    public required int MaxUriArguments { get; init; }
    public required int MaxPostArguments { get; init; }
    public required int SocketPoolSize { get; init; }
    public required string PackagePath { get; init; }
    public required string PackageCPath { get; init; }
    public required UntrustedLua Untrusted { get; init; }
    public required ImmutableArray<string> SandboxRequires { get; init; }
    public required ImmutableArray<string> SandboxEnvironment { get; init; }

    /// <summary>Shared dictionaries asked for by <c>nginx_http_lua_shared_dict</c>, name to bytes.</summary>
    public required ImmutableArray<KeyValuePair<string, long>> SharedDictionaries { get; init; }

    public static LuaSettings From(SettingReader read) => new()
    {
        MaxRequestHeaders = ReadLimit(read, "lua_max_req_headers"),
        MaxResponseHeaders = ReadLimit(read, "lua_max_resp_headers"),
        MaxUriArguments = ReadLimit(read, "lua_max_uri_args"),
        MaxPostArguments = ReadLimit(read, "lua_max_post_args"),
        SocketPoolSize = read.Whole("lua_socket_pool_size") ?? 0,
        PackagePath = read.Word("lua_package_path"),
        PackageCPath = read.Word("lua_package_cpath"),
        Untrusted = read.Text("untrusted_lua") switch
        {
            "on" => UntrustedLua.On,
            "off" => UntrustedLua.Off,
            _ => UntrustedLua.Sandbox,
        },
        SandboxRequires = read.List("untrusted_lua_sandbox_requires"),
        SandboxEnvironment = read.List("untrusted_lua_sandbox_environment"),
        SharedDictionaries = ReadSharedDictionaries(read),
    };

    private static int ReadLimit(SettingReader read, string name)
    {
        var number = read.Number(name) ?? 0;
        if (number is >= 1 and <= 1000 && number == Math.Floor(number))
            return (int)number;
        read.Fail($"{name} must be an integer between 1 and 1000");
        return 1;
    }

    // One directive may hold several, as people inject them: "one 1m; lua_shared_dict two 2m".
    private static ImmutableArray<KeyValuePair<string, long>> ReadSharedDictionaries(SettingReader read)
    {
        var dictionaries = ImmutableArray.CreateBuilder<KeyValuePair<string, long>>();
        foreach (var part in (read.Text("nginx_http_lua_shared_dict") ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [.., var name, var size] && NginxUnits.Size(size) is { } bytes)
                dictionaries.Add(KeyValuePair.Create(name, bytes));
            else
                read.Fail($"lua_shared_dict must be of form: <name> <size>, got '{part}'");
        }

        return dictionaries.ToImmutable();
    }
}
