namespace Gibbon.Routing.Paths;

/// <summary>The path within a request target.</summary>
internal static class RequestPath
{
    /// <summary>All up to the first '?' after the first byte; not normalised.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> target)
    {
        if (target.Length < 2)
        {
            return target;
        }

        int query = target[1..].IndexOf((byte)'?');
        return query < 0 ? target : target[..(query + 1)];
    }
}
