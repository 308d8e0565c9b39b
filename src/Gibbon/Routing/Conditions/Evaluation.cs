using System.Buffers;
using System.Text;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Conditions;

/// <summary>
/// One request on its way through the candidates: the inputs in the shape conditions want them, and what the path
/// conditions of the current candidate matched. Lives on the stack of <see cref="Router"/>.
/// </summary>
internal ref struct Evaluation
{
    /// <summary>Characters that <see cref="PathText"/> can hold without renting.</summary>
    public const int ScratchLength = 512;

    private readonly Span<char> _scratch;
    private char[]? _rented;
    private int _pathCharacters;

    /// <param name="request">The request.</param>
    /// <param name="scratch">Room for the path as characters, used when a regex must look at it.</param>
    public Evaluation(in RouteRequest request, Span<char> scratch)
    {
        _scratch = scratch;
        _pathCharacters = -1;
        Protocol = request.Protocol;
        Method = request.Method;
        MethodBit = KnownMethods.BitOf(request.Method);
        Path = request.Path;
        FullHost = request.Host;
        Host = HostPort.Split(request.Host, out long port);
        HostPortNumber = port;
        Sni = request.Sni;
        SourceAddress = request.SourceAddress;
        SourcePort = request.SourcePort;
        DestinationAddress = request.DestinationAddress;
        DestinationPort = port >= 0 && request.Protocol.IsHttp() ? port : request.DestinationPort;
        Fields = request.Fields;
    }

    public RouteProtocol Protocol { get; }

    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The method's bit in a mask of known methods; 0 for others.</summary>
    public uint MethodBit { get; }

    public ReadOnlySpan<byte> Path { get; }

    /// <summary>The host as received.</summary>
    public ReadOnlySpan<byte> FullHost { get; }

    /// <summary>The host without its port.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>The port in the Host header, or -1.</summary>
    public long HostPortNumber { get; }

    public ReadOnlySpan<byte> Sni { get; }

    public NetworkAddress SourceAddress { get; }

    public long SourcePort { get; }

    public NetworkAddress DestinationAddress { get; }

    public long DestinationPort { get; }

    public RequestFields? Fields { get; }

    /// <summary>What the last successful path condition matched.</summary>
    public PathMatch PathMatch { get; private set; }

    /// <summary>The host pattern of the last successful host condition.</summary>
    public byte[]? HostMatch { get; set; }

    /// <summary>Forgets what a candidate that failed had matched.</summary>
    public void Begin()
    {
        PathMatch = default;
        HostMatch = null;
    }

    /// <summary>The path begins as a path condition wants it to.</summary>
    public void MatchedPrefix(int length) => PathMatch = new PathMatch(null, 0, length, PathMatch.Regex);

    /// <summary>A path condition matched its literal.</summary>
    public void Matched(byte[] literal) => PathMatch = new PathMatch(literal, 0, literal.Length, PathMatch.Regex);

    /// <summary>A path condition matched by regex; the place is given in characters of <see cref="PathText"/>.</summary>
    public void Matched(RouteRegex regex, int start, int length)
    {
        if (_pathCharacters == Path.Length)
        {
            PathMatch = new PathMatch(null, start, length, regex);
            return;
        }

        ReadOnlySpan<char> text = PathText();
        PathMatch = new PathMatch(null, Encoding.UTF8.GetByteCount(text[..start]), Encoding.UTF8.GetByteCount(text.Slice(start, length)), regex);
    }

    /// <summary>The path as characters; converted once for all candidates.</summary>
    public ReadOnlySpan<char> PathText()
    {
        Span<char> room = _rented ?? _scratch;
        if (_pathCharacters < 0)
        {
            if (Path.Length > room.Length)
            {
                room = _rented = ArrayPool<char>.Shared.Rent(Path.Length);
            }

            _pathCharacters = Encoding.UTF8.GetChars(Path, room);
        }

        return room[.._pathCharacters];
    }

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
