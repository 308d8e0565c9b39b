using System.Net;

namespace Gibbon.Dns;

/// <summary>
/// What a name resolved to: addresses, or services (SRV records) that say where else to look, or the reason why there is neither. A value, not
/// an exception. Immutable but for the turns that its addresses take; a name whose records were looked up again has another one.
/// </summary>
internal sealed class Resolution
{
    // A name is asked for with one port, or a few; should somebody scan ports by a name, the rest are made when they are wanted.
    private const int PortsRemembered = 16;

    private readonly SrvTurns? _turns;
    private EndPointsOfPort[] _ports = [];
    private uint _turn;

    private Resolution(IPAddress[] addresses, SrvRecord[] services, TimeSpan timeToLive, string? error, bool nameUnknown, string? tried)
    {
        Addresses = addresses;
        Services = services;
        TimeToLive = timeToLive;
        Error = error;
        NameUnknown = nameUnknown;
        Tried = tried;
        _turns = services.Length > 0 ? new SrvTurns(services) : null;
    }

    /// <summary>The addresses in the server's order; empty when there are <see cref="Services"/> or an <see cref="Error"/>.</summary>
    public IPAddress[] Addresses { get; }

    /// <summary>The SRV records of the name in the server's order, of every priority; empty unless the name is one of services.</summary>
    public SrvRecord[] Services { get; }

    /// <summary>How long the records hold from when they came: the least time of those used, or what the settings put in its place.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>When they cease to be fresh, as a timestamp of the resolver's <see cref="TimeProvider"/>; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>Why there is no record, in Kong's words; null when there are records.</summary>
    public string? Error { get; }

    /// <summary>The name server says that there is nothing by that name (a 503 in Kong), as opposed to not saying anything (a 500).</summary>
    public bool NameUnknown { get; }

    /// <summary>What was asked and what came of it, for the log; null unless there is an <see cref="Error"/>.</summary>
    public string? Tried { get; }

    public static Resolution Of(params IPAddress[] addresses) => Of(addresses, TimeSpan.MaxValue);

    public static Resolution Of(IPAddress[] addresses, TimeSpan timeToLive) => new(addresses, [], timeToLive, null, false, null);

    public static Resolution Of(SrvRecord[] services, TimeSpan timeToLive) => new([], services, timeToLive, null, false, null);

    public static Resolution Failed(string error, bool nameUnknown, string? tried = null) =>
        new([], [], TimeSpan.Zero, error, nameUnknown, tried);

    /// <summary>The same records, with a time to hold.</summary>
    public Resolution Until(TimeSpan timeToLive, long expiresAt) =>
        new(Addresses, Services, timeToLive, Error, NameUnknown, Tried) { ExpiresAt = expiresAt };

    /// <summary>The next of the addresses, beginning with the first, at a port. There must be addresses.</summary>
    public IPEndPoint NextEndPoint(int port)
    {
        IPEndPoint[] endPoints = EndPoints(port);
        return endPoints.Length == 1 ? endPoints[0] : endPoints[(Interlocked.Increment(ref _turn) - 1) % (uint)endPoints.Length];
    }

    /// <summary>The next of the services of the lowest priority, as often as its weight says, beginning with the first. There must be services.</summary>
    public SrvRecord NextService() => _turns!.Next();

    /// <summary>Every address at a port. The array is shared: do not change it.</summary>
    public IPEndPoint[] EndPoints(int port)
    {
        EndPointsOfPort[] ports = Volatile.Read(ref _ports);
        foreach (EndPointsOfPort known in ports)
        {
            if (known.Port == port)
            {
                return known.EndPoints;
            }
        }

        return Remember(ports, port);
    }

    private IPEndPoint[] Remember(EndPointsOfPort[] ports, int port)
    {
        var endPoints = Array.ConvertAll(Addresses, address => new IPEndPoint(address, port));
        if (ports.Length < PortsRemembered)
        {
            // Whoever loses a race makes the same again the next time.
            Interlocked.CompareExchange(ref _ports, [.. ports, new EndPointsOfPort(port, endPoints)], ports);
        }

        return endPoints;
    }

    private sealed record EndPointsOfPort(int Port, IPEndPoint[] EndPoints);
}
