// A node of a cluster, or the load on it:
//   cluster node NAME --urls http://ADDRESS:PORT [--Proxies NETWORK] [--Drain:UnreadyTime TIME]
//   cluster load http://ADDRESS:PORT/PATH [--seconds 60] [--connections 32] [--failures-max 0]
using Cluster;

return args switch
{
    ["node", var name, .. var rest] => await Node.RunAsync(name, rest),
    ["load", var address, .. var rest] => await Load.RunAsync(new Uri(address), rest),
    _ => 64,
};
