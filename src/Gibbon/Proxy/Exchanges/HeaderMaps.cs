using Gibbon.Pdk;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>Header tables as plugins like to have them whole: names in lower case, repeated ones together.</summary>
internal static class HeaderMaps
{
    /// <summary>At most <paramref name="most"/> fields; the map says whether there were more.</summary>
    public static HeaderMap From(HeaderTable headers, int most)
    {
        HeaderMap map = new() { Truncated = headers.Count > most };
        int taken = 0;
        foreach (HeaderField field in headers)
        {
            if (taken++ == most)
            {
                break;
            }

            map.Add(headers.NameString(field.Index).ToLowerInvariant(), headers.ValueString(field.Index));
        }

        return map;
    }
}
