#include "view/tile.h"

#include <stddef.h>

enum { CODES_A_PROVINCE = 10000 };

const struct bf_tile bf_tiles[BF_TILE_COUNT] = {
	{ 110000, "北京市", "Beijing", "京", 5, 2 },
	{ 120000, "天津市", "Tianjin", "津", 6, 2 },
	{ 130000, "河北省", "Hebei", "冀", 5, 3 },
	{ 140000, "山西省", "Shanxi", "晋", 4, 2 },
	{ 150000, "内蒙古自治区", "Inner Mongolia", "蒙", 4, 1 },
	{ 210000, "辽宁省", "Liaoning", "辽", 7, 2 },
	{ 220000, "吉林省", "Jilin", "吉", 7, 1 },
	{ 230000, "黑龙江省", "Heilongjiang", "黑", 7, 0 },
	{ 310000, "上海市", "Shanghai", "沪", 7, 4 },
	{ 320000, "江苏省", "Jiangsu", "苏", 6, 4 },
	{ 330000, "浙江省", "Zhejiang", "浙", 6, 5 },
	{ 340000, "安徽省", "Anhui", "皖", 5, 4 },
	{ 350000, "福建省", "Fujian", "闽", 5, 6 },
	{ 360000, "江西省", "Jiangxi", "赣", 5, 5 },
	{ 370000, "山东省", "Shandong", "鲁", 6, 3 },
	{ 410000, "河南省", "Henan", "豫", 4, 3 },
	{ 420000, "湖北省", "Hubei", "鄂", 4, 4 },
	{ 430000, "湖南省", "Hunan", "湘", 4, 5 },
	{ 440000, "广东省", "Guangdong", "粤", 4, 6 },
	{ 450000, "广西壮族自治区", "Guangxi", "桂", 3, 6 },
	{ 460000, "海南省", "Hainan", "琼", 3, 7 },
	{ 500000, "重庆市", "Chongqing", "渝", 3, 4 },
	{ 510000, "四川省", "Sichuan", "川", 2, 4 },
	{ 520000, "贵州省", "Guizhou", "贵", 3, 5 },
	{ 530000, "云南省", "Yunnan", "云", 2, 5 },
	{ 540000, "西藏自治区", "Tibet", "藏", 0, 4 },
	{ 610000, "陕西省", "Shaanxi", "陕", 3, 3 },
	{ 620000, "甘肃省", "Gansu", "甘", 2, 2 },
	{ 630000, "青海省", "Qinghai", "青", 1, 3 },
	{ 640000, "宁夏回族自治区", "Ningxia", "宁", 3, 2 },
	{ 650000, "新疆维吾尔自治区", "Xinjiang", "新", 0, 2 },
	{ 710000, "台湾省", "Taiwan", "台", 6, 6 },
	{ 810000, "香港特别行政区", "Hong Kong", "港", 5, 7 },
	{ 820000, "澳门特别行政区", "Macao", "澳", 4, 7 },
};

const struct bf_tile *bf_tile_of(int64_t code)
{
	for (size_t i = 0; i < BF_TILE_COUNT; i++)
		if (bf_tiles[i].code / CODES_A_PROVINCE == code / CODES_A_PROVINCE)
			return &bf_tiles[i];
	return NULL;
}
