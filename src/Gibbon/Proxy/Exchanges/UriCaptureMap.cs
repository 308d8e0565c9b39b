using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Routing.Regexes;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The router's captures as the PDK shows them.</summary>
internal static class UriCaptureMap
{
    public static UriCaptures From(in RouteCaptures captures)
    {
        ImmutableArray<string?>.Builder unnamed = ImmutableArray.CreateBuilder<string?>(captures.Count);
        for (int i = 0; i < captures.Count; i++)
        {
            unnamed.Add(captures[i]);
        }

        return new UriCaptures(unnamed.ToImmutable(), captures.Named().ToImmutableDictionary());
    }
}
