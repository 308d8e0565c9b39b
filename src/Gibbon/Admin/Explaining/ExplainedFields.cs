using System.Text;
using Gibbon.Routing;

namespace Gibbon.Admin.Explaining;

/// <summary>Headers and query arguments of a request that nobody has sent, as the router asks for them.</summary>
internal sealed class ExplainedFields(ExplainedRequest request) : RequestFields
{
    private readonly (byte[] Name, byte[] Value)[] _headers =
        [.. request.Headers.Select(static header => (Encoding.UTF8.GetBytes(header.Name), Encoding.UTF8.GetBytes(header.Value)))];

    private readonly (byte[] Name, byte[] Value)[] _arguments = [.. Arguments(request.Query).Select(static argument => (Encoding.UTF8.GetBytes(argument.Name), Encoding.UTF8.GetBytes(argument.Value ?? "")))];

    /// <summary>The arguments of a query, decoded; one without a value has none.</summary>
    public static IEnumerable<(string Name, string? Value)> Arguments(string query)
    {
        foreach (string argument in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (Decoded(argument), null) : (Decoded(argument[..equals]), Decoded(argument[(equals + 1)..]));
        }
    }

    public override bool TryNextHeader(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value)
    {
        while (cursor < _headers.Length)
        {
            (byte[] received, byte[] text) = _headers[cursor++];
            if (IsHeader(received, name))
            {
                value = text;
                return true;
            }
        }

        value = default;
        return false;
    }

    public override bool TryNextQuery(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value)
    {
        while (cursor < _arguments.Length)
        {
            (byte[] received, byte[] text) = _arguments[cursor++];
            if (name.SequenceEqual(received))
            {
                value = text;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
