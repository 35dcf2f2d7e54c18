create table region (r_regionkey int primary key, r_name char(25)) engine=innodb stats_persistent=0;
create table nation (n_nationkey int primary key, n_name char(25), n_regionkey int) engine=innodb stats_persistent=0;
create table supplier (s_suppkey int primary key, s_nationkey int, s_name char(25)) engine=innodb stats_persistent=0;
create table customer (c_custkey int primary key, c_name varchar(25), c_nationkey int, c_mktsegment char(10), c_comment varchar(150)) engine=innodb stats_persistent=0;
create table part (p_partkey int primary key, p_brand char(10), p_size int, p_retailprice decimal(15,2), p_comment varchar(40)) engine=innodb stats_persistent=0;
create table orders (o_orderkey int primary key, o_custkey int, o_orderdate date, o_shippriority int, o_comment varchar(110), key (o_custkey)) engine=innodb stats_persistent=0;
create table lineitem (l_orderkey int, l_linenumber int, l_partkey int, l_suppkey int, l_quantity decimal(15,2), l_extendedprice decimal(15,2), l_discount decimal(15,2), l_shipdate date, l_comment varchar(70), primary key (l_orderkey, l_linenumber), key (l_partkey)) engine=innodb stats_persistent=0;
