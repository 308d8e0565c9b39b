using Gibbon.Pdk;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary>Header tables as plugins like to have them whole: repeated ones together.</summary>
internal static class HeaderMaps
{
    /// <summary>At most <paramref name="most"/> fields; the map says whether there were more.</summary>
    /// <param name="headers">The fields.</param>
    /// <param name="most">How many are taken.</param>
    /// <param name="raw">Whether names stay as they are; else they are in lower case.</param>
    public static HeaderMap From(HeaderTable headers, int most, bool raw = false)
    {
        HeaderMap map = new() { Truncated = headers.Count > most };
        int taken = 0;
        foreach (HeaderField field in headers)
        {
            if (taken++ == most)
            {
                break;
            }

            string name = headers.NameString(field.Index);
            map.Add(raw ? name : name.ToLowerInvariant(), headers.ValueString(field.Index));
        }

        return map;
    }
}
