using System.Text;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A text that is asked for several times in a request, or that the requests of a connection have in common: it is made when it is another than the last.</summary>
internal struct LastText
{
    private string? _text;

    public string Of(ReadOnlySpan<byte> bytes) => _text is { } text && Ascii.Equals(bytes, text) ? text : _text = Encoding.UTF8.GetString(bytes);
}
