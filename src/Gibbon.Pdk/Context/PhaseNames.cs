using System.Numerics;
using System.Text;

namespace Gibbon.Pdk;

/// <summary>Kong's names of the phases.</summary>
public static class PhaseNames
{
    /// <summary>
    /// The names of a set of phases, in the order of their bits, with a comma and a space between them: <c>rewrite, access</c>.
    /// </summary>
    /// <param name="phases">One phase or several.</param>
    /// <returns>The names; empty for <see cref="Phase.None"/>.</returns>
    public static string Of(Phase phases)
    {
        var text = new StringBuilder();
        for (var rest = (uint)phases; rest != 0; rest &= rest - 1)
        {
            if (text.Length > 0)
                text.Append(", ");

            text.Append(Name((Phase)(1u << BitOperations.TrailingZeroCount(rest))));
        }

        return text.ToString();
    }

    static string Name(Phase phase) => phase switch
    {
        Phase.InitWorker => "init_worker",
        Phase.Certificate => "certificate",
        Phase.ClientHello => "client_hello",
        Phase.Rewrite => "rewrite",
        Phase.Access => "access",
        Phase.Balancer => "balancer",
        Phase.Response => "response",
        Phase.ClusterListener => "cluster_listener",
        Phase.HeaderFilter => "header_filter",
        Phase.BodyFilter => "body_filter",
        Phase.Log => "log",
        Phase.Preread => "preread",
        Phase.Error => "error",
        Phase.AdminApi => "admin_api",
        _ => "'unknown phase'",
    };
}
