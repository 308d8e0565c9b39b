using System.Net;
using System.Net.Sockets;

namespace Gibbon.Observability;

/// <summary>nginx's parameters of a log that goes to syslog: <c>server=ADDRESS[:PORT]|unix:PATH[,facility=][,severity=][,tag=][,nohostname]</c>.</summary>
internal sealed record SyslogTarget
{
    private const int Port = 514;

    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp", "audit", "alert", "cron",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] Severities = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];

    public required EndPoint Server { get; init; }

    /// <summary>0 to 23; nginx's default is <c>local7</c>.</summary>
    public int Facility { get; init; } = 23;

    /// <summary>0 to 7, for lines that have none of their own.</summary>
    public int Severity { get; init; } = 6;

    public string Tag { get; init; } = "nginx";

    public bool HasHostName { get; init; } = true;

    /// <exception cref="InvalidOperationException">A parameter is wrong; the message is nginx's.</exception>
    public static SyslogTarget Parse(string parameters)
    {
        SyslogTarget? target = null;
        string[] parts = parameters.Split(',');
        foreach (string part in parts)
        {
            if (part.StartsWith("server=", StringComparison.Ordinal))
            {
                target = new SyslogTarget { Server = ServerOf(part["server=".Length..]) };
            }
        }

        if (target is null)
        {
            throw new InvalidOperationException("no syslog server specified");
        }

        foreach (string part in parts)
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string value = part[(equals + 1)..];
            target = (equals < 0 ? part : part[..equals]) switch
            {
                "server" => target,
                "facility" => target with { Facility = IndexOf(Facilities, value, "facility") },
                "severity" => target with { Severity = IndexOf(Severities, value, "severity") },
                "tag" => target with { Tag = value },
                "nohostname" => target with { HasHostName = false },
                _ => throw new InvalidOperationException($"unknown syslog parameter \"{part}\""),
            };
        }

        return target;
    }

    /// <summary>A socket that sends to the server.</summary>
    public Socket Connect()
    {
        Socket socket = Server is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
            : new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(Server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static EndPoint ServerOf(string address)
    {
        const string unix = "unix:";
        if (address.StartsWith(unix, StringComparison.Ordinal))
        {
            return new UnixDomainSocketEndPoint(address[unix.Length..]);
        }

        if (IPEndPoint.TryParse(address, out IPEndPoint? endPoint))
        {
            return endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, Port) : endPoint;
        }

        int colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address[(colon + 1)..], out ushort port)
            ? new DnsEndPoint(address[..colon], port)
            : new DnsEndPoint(address, Port);
    }

    private static int IndexOf(string[] names, string name, string what) =>
        Array.IndexOf(names, name) is var index and >= 0 ? index : throw new InvalidOperationException($"unknown syslog {what} \"{name}\"");
}
