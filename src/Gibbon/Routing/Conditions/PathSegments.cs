namespace Gibbon.Routing.Conditions;

/// <summary>The segments of a path: what stands between its slashes, without empty ones at the end.</summary>
internal static class PathSegments
{
    /// <summary>How many there are.</summary>
    public static int Count(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> rest = Trim(path);
        return rest.IsEmpty ? 0 : rest.Count((byte)'/') + 1;
    }

    /// <summary>The segments <paramref name="first"/> to <paramref name="last"/> with their slashes between; false when there are fewer.</summary>
    public static bool TryGet(ReadOnlySpan<byte> path, int first, int last, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = Trim(path);
        value = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        int start = 0;
        for (int segment = 0; ; segment++)
        {
            int slash = rest[start..].IndexOf((byte)'/');
            int end = slash < 0 ? rest.Length : start + slash;
            if (segment == first)
            {
                value = rest[start..];
            }

            if (segment == last)
            {
                int length = end - (rest.Length - value.Length);
                value = value[..length];
                return true;
            }

            if (slash < 0)
            {
                value = default;
                return false;
            }

            start = end + 1;
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> path) => path.IsEmpty ? path : path[1..].TrimEnd((byte)'/');
}
