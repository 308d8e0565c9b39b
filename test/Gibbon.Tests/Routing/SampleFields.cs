using System.Text;
using Gibbon.Routing;

namespace Gibbon.Tests.Routing;

/// <summary>Headers from a list, query arguments from a target.</summary>
internal sealed class SampleFields((string Name, string Value)[] headers, string target) : RequestFields
{
    private readonly (byte[] Name, byte[] Value)[] _headers =
        [.. headers.Select(header => (Encoding.UTF8.GetBytes(header.Name), Encoding.UTF8.GetBytes(header.Value)))];

    private readonly (byte[] Name, byte[] Value)[] _queries = [.. QueriesOf(target)];

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
        while (cursor < _queries.Length)
        {
            (byte[] received, byte[] text) = _queries[cursor++];
            if (name.SequenceEqual(received))
            {
                value = text;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static IEnumerable<(byte[] Name, byte[] Value)> QueriesOf(string target)
    {
        int question = target.IndexOf('?');
        foreach (string argument in question < 0 ? [] : target[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = argument.Split('=', 2);
            yield return (Encoding.UTF8.GetBytes(Uri.UnescapeDataString(parts[0])), Encoding.UTF8.GetBytes(parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[1])));
        }
    }
}
