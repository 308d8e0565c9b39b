using System.Globalization;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>What a status of gRPC is in HTTP.</summary>
static class GrpcStatusCodes
{
    /// <param name="grpcStatus">The text of the header.</param>
    /// <param name="status">The status of HTTP; 500 for those that nobody knows.</param>
    /// <returns>Whether it is one that is known.</returns>
    public static bool TryMap(string grpcStatus, out int status)
    {
        int? known = int.TryParse(grpcStatus, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Map(number) : null;
        status = known ?? 500;
        return known is not null;
    }

    static int? Map(int grpcStatus) => grpcStatus switch
    {
        0 => 200,
        1 => 499,
        2 or 12 or 13 or 15 => 500,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        14 => 503,
        16 => 401,
        _ => null,
    };
}
