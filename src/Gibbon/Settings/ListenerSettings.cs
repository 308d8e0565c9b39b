using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Gibbon.Settings;

/// <summary>The addresses of every server of the node; empty means <c>off</c>.</summary>
internal sealed record ListenerSettings
{
    public required ImmutableArray<ListenAddress> Proxy { get; init; }
    public required ImmutableArray<ListenAddress> Stream { get; init; }
    public required ImmutableArray<ListenAddress> Admin { get; init; }
    public required ImmutableArray<ListenAddress> Status { get; init; }
    public required ImmutableArray<ListenAddress> Manager { get; init; }
    public required ImmutableArray<ListenAddress> Cluster { get; init; }

    /// <summary><c>port_maps</c>: the port a client sees for a port we listen on (internal to external).</summary>
    public required FrozenDictionary<int, int> PortMaps { get; init; }

    /// <summary>Whether there is a server of the web UI: as in Kong, not without an Admin API.</summary>
    public bool ServesManager => !Manager.IsEmpty && !Admin.IsEmpty;

    public static ListenerSettings From(SettingReader read)
    {
        // A control plane does not proxy; a data plane has no Admin API and takes no data planes.
        var role = read.Text("role");
        return new ListenerSettings
        {
            Proxy = role == "control_plane" ? [] : ListenAddressParser.Read(read, "proxy_listen"),
            Stream = role == "control_plane" ? [] : ListenAddressParser.Read(read, "stream_listen", stream: true),
            Admin = role == "data_plane" ? [] : ListenAddressParser.Read(read, "admin_listen"),
            Status = ListenAddressParser.Read(read, "status_listen"),
            Manager = role == "data_plane" ? [] : ListenAddressParser.Read(read, "admin_gui_listen"),
            Cluster = role == "control_plane" ? ListenAddressParser.Read(read, "cluster_listen") : [],
            PortMaps = ReadPortMaps(read),
        };
    }

    private static FrozenDictionary<int, int> ReadPortMaps(SettingReader read)
    {
        var maps = new Dictionary<int, int>();
        foreach (var entry in read.List("port_maps"))
        {
            if (entry.Split(':') is [var external, var inner] && Port(external) is { } outside && Port(inner) is { } inside)
                maps[inside] = outside;
            else
                read.Fail($"invalid port mapping (`port_maps`): {entry}");
        }

        return maps.ToFrozenDictionary();

        static int? Port(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;
    }
}
