using System.Buffers;
using System.Net;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Messages;
using Gibbon.Routing;
using Gibbon.Routing.Paths;
using Gibbon.Settings;

namespace Gibbon.Proxy.Exchanges;

/// <content>What is read out of the request: addresses, scheme, host, paths, and the match of the router.</content>
internal sealed partial class Exchange
{
    private byte[] _host = new byte[64];
    private int _hostLength;
    private byte[] _path = new byte[256];
    private int _pathLength;
    private byte[] _target = new byte[256];
    private int _targetLength;
    private readonly ExchangeFields _fields;
    private RouteMatch _match;
    private string? _sniText;
    private byte[] _sni = [];

    /// <summary>The address the connection comes from, or the one that the PROXY protocol names.</summary>
    public IPAddress PeerAddress { get; private set; } = IPAddress.None;

    public int PeerPort { get; private set; }

    /// <summary>The client's address: the peer's, or what a trusted peer says (<c>real_ip_header</c>).</summary>
    public IPAddress ClientAddress { get; private set; } = IPAddress.None;

    public int ClientPort { get; private set; }

    /// <summary>Whether the peer is one of <c>trusted_ips</c>.</summary>
    public bool IsPeerTrusted { get; private set; }

    /// <summary>The port of the listener.</summary>
    public int LocalPort { get; private set; }

    /// <summary>The port as clients see it: <see cref="LocalPort"/> after <c>port_maps</c>.</summary>
    public int HostPort { get; private set; }

    public bool IsTls => Downstream.Tls is not null;

    public ReadOnlySpan<byte> SchemeBytes => IsTls ? "https"u8 : "http"u8;

    /// <summary>The scheme that the client used as far as it can be believed: a trusted peer's <c>X-Forwarded-Proto</c>, else the connection's.</summary>
    public ReadOnlySpan<byte> ForwardedSchemeBytes =>
        IsPeerTrusted && Downstream.Request.Headers.TryGet(KnownHeader.XForwardedProto, out ReadOnlySpan<byte> given) ? given : SchemeBytes;

    /// <summary>The host that was asked for, in lower case and without a port; empty when the request named none.</summary>
    public ReadOnlySpan<byte> HostBytes => _host.AsSpan(0, _hostLength);

    /// <summary>The path as it was sent, without the query.</summary>
    public ReadOnlySpan<byte> RawPathBytes => RequestPath.Of(Downstream.Request.Target);

    /// <summary>The query as it was sent, with its <c>?</c>; empty when there is none.</summary>
    public ReadOnlySpan<byte> RawQueryBytes => Downstream.Request.Target[RawPathBytes.Length..];

    /// <summary>The normalised path: what routes are matched against.</summary>
    public ReadOnlySpan<byte> PathBytes => _path.AsSpan(0, _pathLength);

    /// <summary>The matched part of the path that strip_path cuts off; empty when nothing is cut, or nothing but a slash.</summary>
    public ReadOnlySpan<byte> StrippedPrefix => _match.Traits.StripPath && _match.Path.Length > 1 ? PathBytes[.._match.Path.Length] : default;

    /// <summary>What the router found.</summary>
    public ref readonly RouteMatch Match => ref _match;

    // Only the traditional flavour still knows the old way of joining paths.
    private PathHandling PathHandlingInForce => Snapshot.Router.Flavor == Settings.RouterFlavor.Traditional
        ? Route?.PathHandling ?? PathHandling.V0
        : PathHandling.V0;

    /// <summary>The request target for the service: path and query. <see cref="PrepareTarget"/> makes it.</summary>
    public ReadOnlySpan<byte> UpstreamTarget => _target.AsSpan(0, _targetLength);

    /// <summary>Whether this is the handshake of a WebSocket. As in Kong the Upgrade header alone decides.</summary>
    public bool IsWebSocket => Downstream.Request.Version != Messages.HttpVersion.Http2
        && Downstream.Request.Headers.TryGet(KnownHeader.Upgrade, out ReadOnlySpan<byte> upgrade)
        && Ascii.EqualsIgnoreCase(upgrade, "websocket"u8);

    /// <summary>Whether the client takes trailers (<c>TE: trailers</c>).</summary>
    public bool SendsTrailers => Downstream.Request.Headers.TryGet(KnownHeader.TE, out ReadOnlySpan<byte> te)
        && Forwarding.HopByHop.ListContains(te, "trailers"u8);

    /// <summary>Whether the body is gRPC by its media type.</summary>
    public bool IsGrpc => Downstream.Request.Headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type)
        && type.StartsWith("application/grpc"u8);

    /// <summary>Normalises the path and asks the router. False when no route matches.</summary>
    public bool FindRoute()
    {
        RequestHead head = Downstream.Request;
        NormalizePath();
        var request = new RouteRequest
        {
            Protocol = IsTls ? RouteProtocol.Https : RouteProtocol.Http,
            Method = head.MethodBytes,
            Path = PathBytes,
            Host = head.Authority,
            Sni = SniBytes(),
            SourceAddress = NetworkAddress.From(ClientAddress),
            SourcePort = ClientPort,
            DestinationAddress = (Downstream.LocalEndPoint as IPEndPoint)?.Address is { } local ? NetworkAddress.From(local) : default,
            DestinationPort = HostPort,
            Fields = _fields,
        };
        if (Watch is null)
        {
            return Snapshot.Router.Match(in request, ref _match);
        }

        Watch.RouterStarts();
        bool found = Snapshot.Router.Match(in request, ref _match);
        Watch.RouterEnds(found);
        return found;
    }

    /// <summary>Makes the target for the service from service, route and request, or from what a plugin set.</summary>
    public void PrepareTarget()
    {
        ReadOnlySpan<byte> query = Call.RawQuery is null ? RawQueryBytes : default;
        if (Call.IsGrpc)
        {
            // As in Kong, the path of a gRPC call is what the client sent, unless a plugin calls another method.
            SetTarget(Call.GrpcPath is { } method ? Encoding.ASCII.GetBytes(method) : RawPathBytes, query);
            return;
        }

        if (Call.Path is not null)
        {
            SetTarget(Encoding.ASCII.GetBytes(Call.Path), query);
        }
        else
        {
            SetRoutedPath(query.Length);
            query.CopyTo(_target.AsSpan(_targetLength));
            _targetLength += query.Length;
        }

        if (!string.IsNullOrEmpty(Call.RawQuery))
        {
            byte[] own = Encoding.ASCII.GetBytes("?" + QueryText.Escape(Call.RawQuery));
            EnsureLength(ref _target, _targetLength + own.Length);
            own.CopyTo(_target.AsSpan(_targetLength));
            _targetLength += own.Length;
        }
    }

    /// <summary>The path made from service, route and request, whatever plugins have set.</summary>
    public string RoutedPathText()
    {
        SetRoutedPath(0);
        return Encoding.UTF8.GetString(_target.AsSpan(0, _targetLength));
    }

    /// <summary>The normalised path.</summary>
    public ReadOnlySpan<byte> NormalPath()
    {
        if (_pathLength == 0)
        {
            NormalizePath();
        }

        return PathBytes;
    }

    /// <summary>What the groups of the route's regular expression matched.</summary>
    public Pdk.UriCaptures UriCaptures() =>
        _match.Route is not null && _match.Captures(PathBytes) is { } captures ? UriCaptureMap.From(captures) : Pdk.UriCaptures.None;

    private void NormalizePath()
    {
        ReadOnlySpan<byte> raw = RawPathBytes;
        EnsureLength(ref _path, raw.Length);
        ReadOnlySpan<byte> normal = UriNormalizer.Normalize(raw, _path);
        if (!normal.Overlaps(_path))
        {
            normal.CopyTo(_path);
        }

        _pathLength = normal.Length;
    }

    private void SetRoutedPath(int room)
    {
        ReadOnlySpan<byte> servicePath = Call.Service is { } service ? service.Path : "/"u8;
        EnsureLength(ref _target, UpstreamPath.MaximumLength(servicePath, PathBytes) + room);
        _targetLength = UpstreamPath.Write(
            PathHandlingInForce, servicePath, PathBytes, _match.Path.Length, _match.Traits.StripPath, _target);
    }

    private void SetTarget(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        EnsureLength(ref _target, path.Length + query.Length);
        path.CopyTo(_target);
        query.CopyTo(_target.AsSpan(path.Length));
        _targetLength = path.Length + query.Length;
    }

    private void ReadAddresses()
    {
        var remote = Downstream.RemoteEndPoint as IPEndPoint;
        PeerAddress = remote is null ? IPAddress.Loopback : remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
        PeerPort = remote?.Port ?? 0;
        LocalPort = (Downstream.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        HostPort = Dependencies.Settings.Listeners.PortMaps.TryGetValue(LocalPort, out int mapped) ? mapped : LocalPort;
        RealIpSettings realIp = Dependencies.Settings.RealIp;
        IsPeerTrusted = remote is null ? realIp.TrustUnixSockets : !realIp.TrustedNetworks.IsEmpty && realIp.Trusts(PeerAddress);
        ClientAddress = PeerAddress;
        ClientPort = PeerPort;
        if (IsPeerTrusted && RealIp.TryRead(realIp, Downstream, out IPAddress? client, out int port))
        {
            ClientAddress = client;
            ClientPort = port;
        }

        ReadHost();
    }

    private void ReadHost()
    {
        ReadOnlySpan<byte> authority = Downstream.Request.Authority;
        int end = authority.StartsWith("["u8) ? authority.IndexOf((byte)']') + 1 : authority.IndexOf((byte)':');
        ReadOnlySpan<byte> host = end > 0 ? authority[..end] : authority;
        EnsureLength(ref _host, host.Length);
        _hostLength = Ascii.ToLower(host, _host, out int written) == OperationStatus.Done ? written : 0;
    }

    private ReadOnlySpan<byte> SniBytes()
    {
        if (Downstream.Tls?.ServerName is not { Length: > 0 } name)
        {
            return default;
        }

        if (!ReferenceEquals(name, _sniText))
        {
            _sniText = name;
            _sni = Encoding.ASCII.GetBytes(name);
        }

        return _sni;
    }

    private void ResetRequest()
    {
        _hostLength = _pathLength = _targetLength = 0;
        _match = default;
        IsPeerTrusted = false;
    }

    private static void EnsureLength(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, buffer.Length * 2)];
        }
    }
}
